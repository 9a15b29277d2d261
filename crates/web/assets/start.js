// Starts the design system's components once the page is there.
import { initAll } from './nhsuk.js'

// The components ask for these classes; a module may run before or after the
// event that sets them.
document.body.classList.add('js-enabled', 'nhsuk-frontend-supported')
initAll()
