// Says, before the page is drawn, that JavaScript works here.
document.documentElement.classList.add('js')
document.addEventListener('DOMContentLoaded', function () {
  document.body.classList.add('js-enabled')
  if ('noModule' in HTMLScriptElement.prototype) document.body.classList.add('nhsuk-frontend-supported')
})
