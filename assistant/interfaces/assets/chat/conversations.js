// The reader's conversations → the pane that lists them, and what can be done with each.
const shelf = { lines: [], next: "", text: "", asked: 0 };

const listConversations = async (page = "") => {
  const asked = ++shelf.asked;
  const found = await ask("list_conversations", { text: shelf.text, page });
  if (asked !== shelf.asked) return; // typed on meanwhile
  if (!worked(found)) return;
  shelf.lines = page ? [...shelf.lines, ...found.conversations] : found.conversations;
  shelf.next = found.next;
  if (found.notice && !state.noticed) tell(found.notice, true);
  state.noticed ||= Boolean(found.notice);
  drawShelf();
};

const drawConversations = () =>
  make("aside", { id: "conversations", "aria-label": say("conversations") },
    make("div", { class: "bar" },
      make("button", { type: "button", class: "new", onclick: newConversation }, drawIcon("plus"), say("new")),
      iconButton("close", say("close"), () => showConversations(false), { class: "icon close-conversations" })),
    make("label", { class: "search" }, drawIcon("search"),
      make("input", { type: "search", id: "search", placeholder: say("search"), "aria-label": say("search"), value: shelf.text,
        oninput: later((event) => { shelf.text = event.target.value; listConversations(); }, 200) })),
    make("nav", { id: "shelf", "aria-label": say("conversations") }));

const ageOf = (line) => {
  const changed = new Date(line.changed);
  if (changed.toDateString() === new Date().toDateString()) return "today";
  return Date.now() - changed < 7 * 86_400_000 ? "this_week" : "older";
};

const drawShelf = () => {
  const nav = find("#shelf");
  if (!shelf.lines.length) {
    nav.replaceChildren(make("p", { class: "hint" }, say(shelf.text ? "none_found" : "none_yet")));
    return;
  }
  const groups = ["today", "this_week", "older"].map((age) => [age, shelf.lines.filter((line) => ageOf(line) === age)]);
  nav.replaceChildren(
    ...groups.filter(([, lines]) => lines.length).flatMap(([age, lines]) =>
      [make("h2", {}, say(age)), make("ul", {}, lines.map(drawLine))]),
    shelf.next ? make("button", { type: "button", class: "plain more-lines", onclick: () => listConversations(shelf.next) }, say("more")) : "");
};

const titleOf = (line) => line.title || say("untitled");

const drawLine = (line) => {
  const item = make("li", { class: `line ${line.conversation === state.conversation ? "open" : ""}` });
  item.append(
    make("button", { type: "button", class: "title", "aria-current": line.conversation === state.conversation ? "true" : null,
      onclick: () => openConversation(line.conversation) },
      make("bdi", { dir: line.direction }, titleOf(line)),
      line.excerpt && make("small", { dir: line.excerpt_direction }, line.excerpt)),
    iconButton("more", say("actions", { name: titleOf(line) }), (event) => openMenu(event.currentTarget, line, item),
      { "aria-haspopup": "menu", "aria-expanded": "false", class: "icon more" }));
  return item;
};

const openMenu = (button, line, item) => {
  const had = find("#menu");
  closeMenu();
  if (had?.dataset.of === line.conversation) return;
  const entry = (label, action, kind = "") => make("button", { type: "button", role: "menuitem", class: kind, onclick: () => { closeMenu(); action(); } }, label);
  const menu = make("div", { id: "menu", role: "menu", "data-of": line.conversation, "aria-label": say("actions", { name: titleOf(line) }) },
    entry(say("rename"), () => beginRenaming(line, item)),
    entry(say("export_markdown"), () => saveConversation(line, "markdown")),
    entry(say("export_html"), () => saveConversation(line, "html")),
    entry(say("delete"), () => confirmDeletion(line), "grave"));
  menu.addEventListener("keydown", (event) => {
    const entries = findAll("button", menu);
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    entries[(entries.indexOf(document.activeElement) + by + entries.length) % entries.length].focus();
  });
  button.setAttribute("aria-expanded", "true");
  item.append(menu);
  find("button", menu).focus();
};

const closeMenu = () => {
  const menu = find("#menu");
  if (!menu) return false;
  const button = find("button.more", menu.parentElement);
  button.setAttribute("aria-expanded", "false");
  const inside = menu.contains(document.activeElement);
  menu.remove();
  if (inside) button.focus();
  return true;
};

const beginRenaming = (line, item) => {
  const box = make("input", { type: "text", class: "renaming", "aria-label": say("new_name"), maxlength: 200, value: line.title });
  let left = false;
  const leave = async (save) => {
    if (left) return;
    left = true;
    if (save && box.value !== line.title) worked(await ask("rename_conversation", { conversation: line.conversation, title: box.value }));
    await listConversations();
  };
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter") leave(true);
    if (event.key === "Escape") { event.stopPropagation(); leave(false); }
  });
  box.addEventListener("blur", () => leave(true));
  find(".title", item).replaceWith(box);
  box.focus();
  box.select();
};

const confirmDeletion = (line) => {
  const dialog = make("dialog", { id: "confirm", "aria-labelledby": "confirm-question" },
    make("h2", { id: "confirm-question" }, say("delete_question", { name: titleOf(line) })),
    make("p", {}, say("delete_more")),
    make("form", { method: "dialog", class: "choices" },
      make("button", { value: "no", class: "plain" }, say("cancel")),
      make("button", { value: "yes", class: "grave" }, say("delete"))));
  dialog.addEventListener("close", async () => {
    const agreed = dialog.returnValue === "yes";
    dialog.remove();
    if (!agreed || !worked(await ask("delete_conversation", { conversation: line.conversation }))) return;
    if (line.conversation === state.conversation) newConversation();
    listConversations();
  });
  find("#room").append(dialog);
  dialog.showModal();
};

const saveConversation = async (line, kind) => {
  const file = await ask("export_conversation", { conversation: line.conversation, kind, language });
  if (worked(file)) toFile(file.name, file.text, kind === "html" ? "text/html" : "text/markdown");
};

const openConversation = async (conversation) => {
  const whole = await ask("open_conversation", { conversation });
  if (!worked(whole)) return;
  leaveThread();
  state.conversation = conversation;
  state.turns = whole.turns.map((turn) => ({ ...turn, done: true }));
  afterLeaving();
  state.turns.at(-1)?.element.scrollIntoView({ block: "start" });
};

const newConversation = () => {
  leaveThread();
  state.conversation = "";
  state.turns = [];
  afterLeaving();
  find("#question").focus();
};

const leaveThread = () => {
  stop();
  closeReading();
  Object.assign(state, { editing: null, asking: null });
};

const afterLeaving = () => {
  rememberPlace();
  drawThread();
  drawComposer();
  drawShelf();
  showConversations(false);
};

// Only drawers cover anything; the pane of a wide window stays.
const showConversations = (shown) => {
  if (!narrow.matches && !shown) return false;
  const room = find("#room");
  const was = room.classList.contains("is-choosing");
  room.classList.toggle("is-choosing", shown);
  settlePanes();
  if (shown) find("#conversations .new").focus();
  else if (was) find("#open-conversations").focus();
  return was && !shown;
};

const settlePanes = () => {
  find("#conversations").inert = narrow.matches && !find("#room").classList.contains("is-choosing");
  find("#ask").inert = phone.matches && isReading();
};

const rememberPlace = () =>
  history.replaceState(history.state, "", state.conversation ? `/?conversation=${encodeURIComponent(state.conversation)}` : "/");
