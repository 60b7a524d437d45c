// The page's language → its words. It is the one that was chosen, else the first of the browser's that there is.
const chooseLanguage = () => {
  const wanted = [kept("language"), ...navigator.languages.map((tag) => tag.split("-")[0])];
  return wanted.find((language) => language && TOLD.texts[language]) || "en";
};

let language = chooseLanguage();

const say = (entry, values = {}) =>
  TOLD.texts[language][entry].replace(/\{(\w+)\}/g, (whole, name) => (name in values ? `\u2068${values[name]}\u2069` : whole));

const number = (value) => new Intl.NumberFormat(language).format(value);

const nameOfLanguage = (code) => {
  try { return new Intl.DisplayNames([language], { type: "language" }).of(code) || code; } catch { return code; }
};

const shortDate = (text) => {
  const date = new Date(text);
  const options = { day: "numeric", month: "short" };
  if (date.getFullYear() !== new Date().getFullYear()) options.year = "numeric";
  const today = date.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(language, today ? { hour: "2-digit", minute: "2-digit" } : options).format(date);
};
