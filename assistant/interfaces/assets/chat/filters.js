// What there is to choose from → the filters of the next question, as a panel and as chips over the box.
const LISTS = ["languages", "outlets", "articles"];

const titles = new Map(); // of chosen articles, by path

const chosenWords = (filters) => chipsFor(filters).map(([, word]) => word);

const chipsFor = (filters) => [
  ...(filters.languages ?? []).map((code) => [without(filters, "languages", code), nameOfLanguage(code)]),
  ...(filters.outlets ?? []).map((outlet) => [without(filters, "outlets", outlet), outlet]),
  ...(filters.articles ?? []).map((path) => [without(filters, "articles", path), titles.get(path) ?? path]),
  ...(filters.since ? [[{ ...filters, since: "" }, say("since_chip", { date: filters.since })]] : []),
  ...(filters.until ? [[{ ...filters, until: "" }, say("until_chip", { date: filters.until })]] : []),
  ...(filters.newest ? [[{ ...filters, newest: false }, say("newest")]] : []),
];

const without = (filters, list, value) => ({ ...filters, [list]: filters[list].filter((it) => it !== value) });

const setFilters = (filters) => {
  state.filters = Object.fromEntries(Object.entries(filters).filter(([, value]) => (Array.isArray(value) ? value.length : value)));
  drawChips();
};

const drawChips = () => {
  const chips = find("#chips");
  const chosen = chipsFor(state.filters);
  chips.replaceChildren(...chosen.map(([rest, word]) =>
    make("button", { type: "button", class: "chip", "aria-label": say("remove", { name: word }), onclick: () => { setFilters(rest); refillPanel(); find("#question").focus(); } },
      make("bdi", {}, word), drawIcon("close"))));
  chips.hidden = !chosen.length;
  const button = find("#open-filters");
  button.classList.toggle("chosen", chosen.length > 0);
};

const isFiltering = () => !find("#filters").hidden;

const showFilters = async (shown) => {
  const panel = find("#filters");
  const was = !panel.hidden;
  panel.hidden = !shown;
  find("#open-filters").setAttribute("aria-expanded", String(shown));
  if (shown) {
    await refillPanel();
    find("input, button", panel)?.focus();
  } else if (was) find("#question").focus();
  return was && !shown;
};

// Each time it opens, since a rebuild may have changed what there is.
const refillPanel = async () => {
  const panel = find("#filters");
  if (panel.hidden) return;
  const there = await ask("choices");
  if (!worked(there)) return;
  const box = (list, value, label, count, direction) => make("label", { class: "choice" },
    make("input", { type: "checkbox", checked: (state.filters[list] ?? []).includes(value), onchange: (event) => choose(list, value, event.target.checked) }),
    make("span", { dir: direction ?? "auto" }, label), count > 0 && make("small", {}, number(count)));
  const group = (title, content, kind = "") => make("fieldset", { class: kind }, make("legend", {}, title), content);
  const date = (name) => make("label", { class: "date" }, make("span", {}, say(name)),
    make("input", { type: "date", value: state.filters[name] ?? "", min: there.first, max: there.last,
      onchange: (event) => setFilters({ ...state.filters, [name]: event.target.value }) }));
  const found = make("div", { class: "list" });
  const findArticles = async (text) => {
    const articles = await ask("find_articles", { text });
    if (!worked(articles)) return;
    articles.forEach((article) => titles.set(article.path, article.title));
    found.replaceChildren(...(articles.length ? articles.map((article) => {
      const line = box("articles", article.path, article.title, 0, article.direction);
      line.append(make("small", {}, article.told.join(" · ")));
      return line;
    }) : [make("p", { class: "hint" }, say("no_articles"))]));
  };
  const all = (pairs, list, name) => make("div", { class: "list short" }, pairs.map(([value, count]) => box(list, value, name(value), count)));
  panel.replaceChildren(
    make("div", { class: "bar" }, make("h2", {}, say("filters_title")), make("span", { class: "space" }),
      make("button", { type: "button", class: "plain", onclick: () => { setFilters({}); refillPanel(); } }, say("clear_filters")),
      make("button", { type: "button", class: "firm", onclick: () => showFilters(false) }, say("apply"))),
    make("div", { class: "groups" },
      there.languages.length > 0 && group(say("filter_language"), all(there.languages, "languages", nameOfLanguage)),
      there.outlets.length > 0 && group(say("filter_outlet"), all(there.outlets, "outlets", (it) => it)),
      group(say("filter_dates"), make("div", { class: "dates" }, date("since"), date("until"),
        make("label", { class: "choice" }, make("input", { type: "checkbox", id: "newest", checked: Boolean(state.filters.newest),
          onchange: (event) => setFilters({ ...state.filters, newest: event.target.checked }) }), make("span", {}, say("newest"))))),
      group(say("filter_article"), make("div", {},
        make("input", { type: "search", id: "find-articles", placeholder: say("find_articles"), "aria-label": say("find_articles"),
          oninput: later((event) => findArticles(event.target.value), 200) }), found), "wide")));
  await findArticles("");
};

const choose = (list, value, chosen) => {
  const others = (state.filters[list] ?? []).filter((it) => it !== value);
  setFilters({ ...state.filters, [list]: chosen ? [...others, value] : others });
};
