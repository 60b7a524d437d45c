// Before anything is drawn: the page's colours, language and direction, so that nothing flashes or turns around.
(() => {
  const kept = (name) => { try { return localStorage.getItem(`assistant.${name}`); } catch { return null; } };
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const colour = () => {
    const theme = kept("theme") || (dark.matches ? "dark" : "light");
    document.documentElement.dataset.theme = theme;
    document.body?.classList.toggle("dark", theme === "dark"); // for Gradio's own components
  };
  colour();
  dark.addEventListener("change", colour);
  document.addEventListener("DOMContentLoaded", colour);
  window.assistantColour = colour;
})();
