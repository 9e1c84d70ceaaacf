// Small conveniences of the admin; every page works without them.
document.addEventListener("change", (event) => {
  const field = event.target.closest("[data-submits]");
  if (field && field.form) {
    field.form.requestSubmit();
  }
});

document.addEventListener("submit", (event) => {
  if (event.target.matches(".cw-filters")) {
    // An address without empty filters is one that people can pass on.
    for (const field of event.target.querySelectorAll("input, select")) {
      field.disabled = field.value === "";
    }
  }
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copies]");
  if (!button) {
    return;
  }
  const source = document.getElementById(button.dataset.copies);
  getSelection().selectAllChildren(source);
  const copied = navigator.clipboard
    ? navigator.clipboard.writeText(source.textContent.trim())
    : Promise.reject(new Error("no clipboard"));
  copied.then(
    () => { button.textContent = "Copied"; },
    () => { button.textContent = "Selected: press Ctrl+C"; },
  );
});
