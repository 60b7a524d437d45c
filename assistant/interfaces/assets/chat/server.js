// What the page asks the server → its answer, or a line of what went wrong, shown where everybody looks.
const ask = async (name, values = {}) => {
  let answer;
  try {
    answer = JSON.parse(await server[name](values));
  } catch {
    answer = { problem: say("failed") };
  }
  return answer;
};

// Gradio keeps to itself why a question was not taken (too long, logged out, nobody there): its turn tells it.
const fetched = window.fetch;
window.fetch = async (address, request) => {
  const asked = String(address).includes("/queue/join") && JSON.parse(request.body).event_data;
  const refuse = (problem) => listen(JSON.stringify({ serial: asked.serial, problem, done: true }));
  try {
    const response = await fetched(address, request);
    if (asked && !response.ok) refuse((await response.clone().json().catch(() => ({}))).error?.message ?? say("failed"));
    return response;
  } catch (problem) {
    if (asked) refuse(say("failed"));
    throw problem;
  }
};

// When the server was gone Gradio loads the page again, and after a log-out a person does: what nobody has answered is
// in the box then.
const remember = (text) => {
  try { sessionStorage.setItem("assistant.unanswered", text); } catch { /* then it is in its turn only */ }
};
const remembered = () => {
  try { return sessionStorage.getItem("assistant.unanswered") ?? ""; } catch { return ""; }
};

const tell = (text, failed = false) => {
  const line = find("#told");
  line.textContent = text;
  line.classList.toggle("failed", failed);
  line.classList.add("shown");
  tell.hide();
};
tell.hide = later(() => find("#told")?.classList.remove("shown"), 3500);

const worked = (answer) => {
  if (answer?.problem) tell(answer.problem, true);
  return !answer?.problem;
};

const toClipboard = async (text, done) => {
  try {
    await navigator.clipboard.writeText(text);
    tell(done);
  } catch {
    // Away from this machine and without HTTPS, browsers know only the old way.
    const area = make("textarea", { class: "aside", value: text });
    document.body.append(area);
    area.select();
    tell(document.execCommand("copy") ? done : say("not_copied"));
    area.remove();
  }
};

const toFile = (name, text, kind) => {
  const address = URL.createObjectURL(new Blob([text], { type: kind }));
  const link = make("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
};
