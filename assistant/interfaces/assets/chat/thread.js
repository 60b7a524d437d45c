// The turns of the conversation → the thread: each question, its answer as it grows, and what can be done with it.
const state = {
  turns: [], conversation: "", asking: null, editing: null, filters: {}, built: true, library: false, tip: false,
};

const listen = (told) => {
  const grown = JSON.parse(told);
  const turn = state.turns.find((it) => it.serial === grown.serial);
  if (!turn || turn.done) return;
  Object.assign(turn, grown);
  if (turn.done) finish(turn);
  redraw(turn);
};

const finish = (turn) => {
  if (state.asking === turn) state.asking = null;
  if (turn.conversation && turn.conversation !== state.conversation) {
    state.conversation = turn.conversation;
    rememberPlace();
  }
  if (turn.notice) tell(turn.notice, true);
  if (!turn.problem) remember("");
  if (turn.quoted && !turn.abstained) state.quoted = true;
  if (!turn.problem) find("#arrived").textContent = say("answer_arrived");
  drawComposer();
  drawNotices();
  listConversations();
};

const send = (question, { filters = state.filters, replacing = null } = {}) => {
  const text = question.trim();
  if (!text || state.asking) return false;
  const replaced = replacing ? state.turns.splice(state.turns.indexOf(replacing)) : [];
  const turn = { serial: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`, question: text, filters, places: [] };
  state.turns.push(turn);
  state.asking = turn;
  state.editing = null;
  find("#arrived").textContent = "";
  remember(text);
  drawThread();
  drawComposer();
  turn.element.scrollIntoView({ block: "start", behavior: calm() });
  trigger("ask", {
    serial: turn.serial, question: text, filters, conversation: state.conversation, turn: replacing?.turn ?? "",
    last: replaced.findLast((it) => it.turn)?.turn ?? "",
  });
  return true;
};

const stop = () => {
  const turn = state.asking;
  if (!turn) return false;
  ask("stop", { serial: turn.serial });
  remember("");
  // The box is free at once; where the turn was kept is told when it is.
  state.asking = null;
  turn.stopped = true;
  redraw(turn);
  drawComposer();
  return true;
};

const calm = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");

const drawThread = () => {
  const thread = find("#thread");
  thread.replaceChildren(...(state.turns.length ? state.turns.map(drawTurn) : [drawWelcome()]));
  find("#ask").classList.toggle("fresh", !state.turns.length);
};

const drawWelcome = () =>
  make("section", { class: "welcome" },
    make("h1", {}, say("welcome")),
    make("p", {}, say("welcome_more")),
    TOLD.examples.length > 0 && make("h2", {}, say("examples")),
    make("ul", {}, TOLD.examples.map(([question, direction]) =>
      make("li", {}, make("button", { type: "button", class: "example", dir: direction, onclick: () => send(question) }, question)))),
  );

const drawTurn = (turn) => {
  turn.element = make("article", { class: "turn", "aria-busy": String(!turn.done && !turn.stopped) });
  fillTurn(turn);
  return turn.element;
};

const redraw = (turn) => {
  if (!turn.element?.isConnected) return;
  turn.element.setAttribute("aria-busy", String(!turn.done && !turn.stopped));
  fillTurn(turn);
  markOpen();
};

const fillTurn = (turn) => {
  // Only what has changed is drawn anew: a selection or a focus in what stays is not lost.
  const questionKey = `${language}|${turn.question}|${JSON.stringify(turn.filters)}`;
  if (turn.drawnQuestion !== questionKey || !find(".asked", turn.element)) {
    turn.drawnQuestion = questionKey;
    turn.element.replaceChildren(
      make("div", { class: "asked" },
        make("h2", { class: "question", dir: turn.direction ?? "auto" }, turn.question),
        drawChosen(turn.filters)),
      make("div", { class: "answer" }), make("div", { class: "after" }));
    turn.drawnAnswer = turn.drawnAfter = null;
  }
  const answer = find(".answer", turn.element);
  const shown = turn.html ?? "";
  const answerKey = `${turn.problem ?? ""}|${turn.done}|${turn.stopped}|${shown}`;
  if (turn.drawnAnswer !== answerKey) {
    turn.drawnAnswer = answerKey;
    if (turn.problem) answer.replaceChildren(make("p", { class: "problem", role: "alert" }, turn.problem));
    else if (shown) answer.innerHTML = shown;
    else if (!turn.stopped) answer.replaceChildren(make("p", { class: "searching" }, say("searching")));
    else answer.replaceChildren();
    if (turn.stopped) answer.append(make("p", { class: "stopped" }, say("stopped")));
  }
  const afterKey = `${language}|${turn.done}|${turn.stopped}|${turn.turn}|${turn.verdict}|${turn.noting}`;
  if (turn.drawnAfter !== afterKey) {
    turn.drawnAfter = afterKey;
    find(".after", turn.element).replaceChildren(...(turn.done || turn.stopped ? drawActions(turn) : []));
  }
};

const drawChosen = (filters) => {
  const words = chosenWords(filters ?? {});
  return words.length ? make("p", { class: "chosen" }, words.flatMap((word, at) => [at ? " · " : "", make("bdi", {}, word)])) : null;
};

const drawActions = (turn) => {
  const place = { conversation: state.conversation, turn: turn.turn };
  const judge = (verdict) => iconButton(verdict, say(verdict), () => judgeTurn(turn, verdict), {
    "aria-pressed": String(turn.verdict === verdict), class: `icon ${turn.verdict === verdict ? "chosen" : ""}` });
  const bar = make("div", { class: "actions", role: "group", "aria-label": turn.question },
    turn.turn && iconButton("copy", say("copy"), async () => {
      const copied = await ask("copy", { ...place, language });
      if (worked(copied)) toClipboard(copied.text, say("copied"));
    }),
    iconButton("link", say("copy_link"), async () => {
      const link = await ask("link", turn.turn ? place : { question: turn.question, filters: turn.filters });
      if (worked(link)) toClipboard(location.origin + link.link, say("link_copied"));
    }),
    iconButton("again", say("retry"), () => send(turn.question, { filters: turn.filters, replacing: turn })),
    iconButton("edit", say("edit"), () => beginEditing(turn)),
    turn.turn && make("span", { class: "between" }),
    turn.turn && judge("like"),
    turn.turn && judge("dislike"));
  return turn.noting ? [bar, drawNote(turn)] : [bar];
};

const judgeTurn = async (turn, verdict) => {
  const wanted = turn.verdict === verdict ? "" : verdict;
  if (!worked(await ask("judge", { turn: turn.turn, verdict: wanted }))) return;
  Object.assign(turn, { verdict: wanted, note: "", noting: Boolean(wanted) });
  redraw(turn);
  if (turn.noting) find("textarea", turn.element)?.focus();
};

const drawNote = (turn) => {
  const area = make("textarea", { "aria-label": say("note"), placeholder: say("note"), rows: 2, maxlength: 2000, value: turn.note ?? "" });
  const close = () => { turn.noting = false; redraw(turn); find(".actions .chosen", turn.element)?.focus(); };
  const save = async (event) => {
    event.preventDefault();
    if (!worked(await ask("judge", { turn: turn.turn, verdict: turn.verdict, note: area.value }))) return;
    turn.note = area.value;
    close();
    tell(say("note_kept"));
  };
  return make("form", { class: "note", onsubmit: save, onkeydown: (event) => { if (event.key === "Escape") { event.stopPropagation(); close(); } } },
    area, make("div", { class: "choices" },
      make("button", { type: "button", class: "plain", onclick: close }, say("cancel")),
      make("button", { type: "submit", class: "firm" }, say("save"))));
};

const beginEditing = (turn) => {
  if (state.asking) return;
  state.editing = turn;
  drawComposer();
  const box = find("#question");
  box.value = turn.question;
  state.filters = turn.filters ?? {};
  drawChips();
  fit(box);
  box.focus();
};
