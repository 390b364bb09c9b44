// Before anything is drawn, so that nobody who has chosen a dark page sees a white one first. ui/theme.tsx keeps the choice.
try {
  const theme = localStorage.getItem('backproof-theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // the browser keeps nothing: it is the system's theme
}
