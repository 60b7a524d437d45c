// A click on a citation opens its article beside the conversation and scrolls to the quote. One listener on the whole
// document serves every message, also those that are drawn later. `server`, `props` and `element` are Gradio's.
const FRAMES_TO_WAIT = 120;

const scrollToQuote = (frames = 0) => {
  const quote = element.querySelector("#cited-passage:not(.seen)");
  if (quote) {
    quote.classList.add("seen");
    quote.scrollIntoView({ block: "center" });
  } else if (frames < FRAMES_TO_WAIT) {
    requestAnimationFrame(() => scrollToQuote(frames + 1));
  }
};

document.addEventListener("click", async (event) => {
  const chip = event.target.closest?.("a.cite");
  if (!chip) return;
  event.preventDefault();
  document.querySelectorAll("a.cite.open").forEach((open) => open.classList.remove("open"));
  chip.classList.add("open");
  const article = await server.read_article(chip.getAttribute("href"));
  if (!chip.classList.contains("open")) return; // another one was clicked meanwhile
  // The same citation again changes nothing in the page, so its quote is still marked as seen.
  element.querySelector("#cited-passage.seen")?.classList.remove("seen");
  if (props.value !== article) {
    element.querySelector("#cited-passage")?.removeAttribute("id");
    props.value = article;
  }
  scrollToQuote();
});
