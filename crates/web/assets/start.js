// Starts the design system's components once the page is there.
import { initAll } from './nhsuk.js'

// A browser may show a page again that it kept, without asking us: by "Back",
// after somebody has signed out. Such a page stays hidden until we have said
// that the same sign-in still stands; otherwise it is asked for anew, which
// leads to signing in. Words that were being typed stay where it does stand.
addEventListener('pageshow', async (shown) => {
  const mark = document.querySelector('meta[name="phb-mark"]')
  if (!shown.persisted || !mark) return
  document.documentElement.hidden = true
  const asked = fetch('/still-signed-in', { cache: 'no-store' })
  const now = await asked.then((answer) => answer.text()).catch(() => '')
  if (now === mark.content) document.documentElement.hidden = false
  else location.reload()
})

initAll()
