// Everything → the room: the top, the panes, the box, the notices and the keys.
const drawTop = () => {
  const dark = document.documentElement.dataset.theme === "dark";
  const tab = (name) => make("button", { type: "button", class: `tab ${state.library === (name === "library") ? "open" : ""}`,
    "aria-current": state.library === (name === "library") ? "page" : null, onclick: () => showTab(name) }, say(`${name}_tab`));
  return make("header", { id: "top" },
    make("a", { class: "skip", href: "#question", onclick: (event) => { event.preventDefault(); find("#question").focus(); } }, say("skip")),
    iconButton("menu", say("conversations"), () => showConversations(!find("#room").classList.contains("is-choosing")), { id: "open-conversations" }),
    make("span", { class: "brand" }, say("title")),
    TOLD.library && make("nav", { class: "tabs", "aria-label": say("title") }, tab("ask"), tab("library")),
    make("span", { class: "space" }),
    make("select", { id: "language", "aria-label": say("language"), onchange: (event) => speak(event.target.value) },
      Object.entries(TOLD.texts).map(([code, texts]) => make("option", { value: code, selected: code === language, lang: code }, texts.name))),
    iconButton(dark ? "sun" : "moon", say(dark ? "to_light" : "to_dark"), () => {
      keep("theme", dark ? "light" : "dark");
      window.assistantColour();
      find("#top").replaceWith(drawTop());
      find("#colours").focus();
    }, { id: "colours" }));
};

const showTab = (name) => {
  state.library = name === "library";
  document.body.dataset.tab = name;
  find("#top").replaceWith(drawTop());
  find("#panes").hidden = state.library;
};

const speak = (chosen) => {
  keep("language", chosen);
  language = chosen;
  const typed = find("#question").value;
  draw();
  find("#question").value = typed;
  find("#language").focus();
};

const fit = (box) => {
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight, 200)}px`;
};

const submit = () => {
  const box = find("#question");
  if (send(box.value, { replacing: state.editing })) {
    box.value = "";
    fit(box);
  }
};

const drawBox = () =>
  make("form", { id: "composer", onsubmit: (event) => { event.preventDefault(); submit(); } },
    make("div", { id: "filters", role: "dialog", "aria-label": say("filters_title"), hidden: true }),
    make("p", { id: "editing", hidden: true }),
    make("div", { id: "chips", hidden: true }),
    make("div", { class: "box" },
      iconButton("filter", say("filters"), () => showFilters(!isFiltering()), { id: "open-filters", "aria-expanded": "false", "aria-controls": "filters" }),
      make("textarea", { id: "question", rows: 1, placeholder: say("question_hint"), "aria-label": say("question"),
        oninput: (event) => fit(event.target), onkeydown: typeKey }),
      make("button", { type: "submit", class: "send", id: "send", "aria-label": say("send"), title: say("send") }, drawIcon("up")),
      make("button", { type: "button", class: "send", id: "stop", "aria-label": say("stop"), title: say("stop"), onclick: () => { stop(); find("#question").focus(); } }, drawIcon("stop"))),
    make("details", { class: "keys" }, make("summary", {}, say("shortcuts")),
      make("dl", {}, [["Enter", "send"], ["Shift Enter", "line"], ["Esc", "stop"], ["↑", "edit"], ["j k", "walk"], ["/", "focus"]].map(([keys, entry]) =>
        make("div", {}, make("dt", {}, keys.split(" ").map((key) => make("kbd", {}, key))), make("dd", {}, say(`shortcut_${entry}`)))))));

const drawComposer = () => {
  find("#send").hidden = Boolean(state.asking);
  find("#stop").hidden = !state.asking;
  const editing = find("#editing");
  editing.hidden = !state.editing;
  editing.replaceChildren(say("editing"), make("button", { type: "button", class: "plain", onclick: cancelEditing }, say("cancel")));
};

const cancelEditing = () => {
  if (!state.editing) return false;
  state.editing = null;
  find("#question").value = "";
  fit(find("#question"));
  drawComposer();
  find("#question").focus();
  return true;
};

const drawNotices = () => {
  const { work, built, articles } = state.articles ?? { built: true };
  const notices = [];
  if (work && work.stage !== "waiting") {
    const values = { done: number(work.done), total: number(work.total) };
    const words = work.total ? say(built ? "updating" : "building", values) : say("building_soon");
    if (!built || work.stage === "embedding") {
      notices.push(make("div", { class: "notice work" }, make("p", {}, words),
        make("progress", { "aria-label": words, ...(work.total ? { max: work.total, value: work.done } : {}) })));
    }
  } else if (articles === 0) notices.push(make("div", { class: "notice" }, make("p", {}, say("empty"))));
  if (state.articles?.without_model && state.quoted && !kept("model")) {
    notices.push(make("div", { class: "notice model" }, make("p", {}, say("model")),
      iconButton("close", say("dismiss"), () => { keep("model", "told"); drawNotices(); })));
  }
  find("#notices").replaceChildren(...notices);
};

// While something is built the page asks often, else now and then: a rebuild may be started from elsewhere.
const watchLibrary = async () => {
  const told = await ask("state");
  if (!told.problem) {
    const ended = state.articles?.work && !told.work;
    state.articles = told;
    drawNotices();
    if (ended) refillPanel();
  }
  setTimeout(watchLibrary, document.hidden ? 30_000 : state.articles?.work || told.problem ? 1_000 : 15_000);
};

const typeKey = (event) => {
  if (event.isComposing) return; // Enter chooses a character
  const box = event.target;
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    submit();
  } else if (event.key === "ArrowUp" && !box.value && state.turns.length) {
    event.preventDefault();
    beginEditing(state.turns.at(-1));
  }
};

const pressKey = (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    // What lies on top goes first.
    if (find("dialog[open]")) return;
    if (closeMenu() || hideTip() || (isFiltering() && (showFilters(false), true)) || showConversations(false)) return;
    if (stop() || cancelEditing() || closeReading()) return;
  } else if (!typing(event.target) && !state.library && !find("dialog[open]")) {
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "/") { event.preventDefault(); find("#question").focus(); }
  }
};

const pointAt = (event) => {
  const chip = event.target.closest?.("#thread a.cite");
  if (chip) showTip(chip);
  else if (!event.target.closest?.("#tip")) hideTip();
};

const clickOn = (event) => {
  const chip = event.target.closest?.("#thread a.cite");
  if (chip) {
    event.preventDefault();
    openCitation(chip);
    return;
  }
  if (!event.target.closest?.("#menu, button.more")) closeMenu();
  if (isFiltering() && event.target.isConnected && !event.target.closest?.("#filters, #open-filters, #chips")) showFilters(false);
  if (event.target.id === "veil") showConversations(false);
};

const draw = () => {
  document.documentElement.lang = language;
  document.documentElement.dir = TOLD.texts[language].direction;
  document.title = say("title");
  const room = find("#room", element);
  const opened = reading.link;
  const turn = reading.turn;
  room.className = "";
  room.lang = language;
  room.dir = TOLD.texts[language].direction; // Gradio's own elements around it run from left to right
  room.replaceChildren(
    drawTop(),
    make("div", { id: "panes" },
      drawConversations(),
      make("div", { id: "veil" }),
      make("section", { id: "ask", "aria-label": say("ask_tab") },
        make("div", { id: "notices", "aria-live": "polite" }),
        make("div", { id: "thread", role: "log", "aria-live": "polite", "aria-label": say("thread"), tabindex: 0 }),
        drawBox()),
      drawReading()),
    make("div", { id: "tip", role: "tooltip", hidden: true }),
    make("p", { id: "told", role: "status" }),
    make("p", { id: "arrived", class: "aside", role: "status" }));
  drawThread();
  drawChips();
  drawComposer();
  drawNotices();
  drawShelf();
  settlePanes();
  if (opened && turn) {
    const chip = chipsOf(turn).find((it) => it.getAttribute("href") === opened);
    if (chip) openCitation(chip);
  }
};

const openAddress = async () => {
  if (!location.search) return;
  const opened = await ask("open_link", { query: location.search });
  history.replaceState(null, "", "/");
  if (!worked(opened)) return;
  if (opened.conversation) await openConversation(opened.conversation);
  else if (opened.question) {
    setFilters(opened.filters);
    send(opened.question);
  }
};

draw();
find("#question").value = remembered();
fit(find("#question"));
document.body.dataset.tab = "ask";
document.addEventListener("answer", (event) => listen(event.detail));
document.addEventListener("keydown", pressKey);
document.addEventListener("click", clickOn);
document.addEventListener("mouseover", pointAt);
document.addEventListener("focusin", pointAt);
addEventListener("popstate", () => { if (!history.state?.reading) closeReading({ stepBack: false }); });
for (const width of [phone, narrow]) width.addEventListener("change", settlePanes);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => find("#top").replaceWith(drawTop()));
if (!phone.matches) find("#question").focus();
listConversations();
watchLibrary();
openAddress();
