// Says, before the rest of the page is drawn, that JavaScript works here.
document.body.className += ' js-enabled' + ('noModule' in HTMLScriptElement.prototype ? ' nhsuk-frontend-supported' : '')
