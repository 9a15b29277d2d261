// Passkeys: asks the browser for one, and sends what it says with the form.
// Without this script the page's other ways stay.

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (letter) => letter.charCodeAt(0))

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')

const named = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }))

const make = async (asked) => {
  const publicKey = {
    ...asked,
    challenge: bytes(asked.challenge),
    user: { ...asked.user, id: bytes(asked.user.id) },
    excludeCredentials: named(asked.excludeCredentials)
  }
  const made = await navigator.credentials.create({ publicKey })
  return {
    id: made.id,
    rawId: text(made.rawId),
    type: made.type,
    response: {
      attestationObject: text(made.response.attestationObject),
      clientDataJSON: text(made.response.clientDataJSON)
    }
  }
}

const give = async (asked) => {
  const publicKey = { ...asked, challenge: bytes(asked.challenge), allowCredentials: named(asked.allowCredentials) }
  const given = await navigator.credentials.get({ publicKey })
  const handle = given.response.userHandle
  return {
    id: given.id,
    rawId: text(given.rawId),
    type: given.type,
    response: {
      authenticatorData: text(given.response.authenticatorData),
      clientDataJSON: text(given.response.clientDataJSON),
      signature: text(given.response.signature),
      userHandle: handle && handle.byteLength ? text(handle) : null
    }
  }
}

for (const place of document.querySelectorAll('[data-phb-passkey]')) {
  const form = place.closest('form')
  const problem = place.querySelector('[data-phb-problem]')
  if (!window.PublicKeyCredential || !form) continue
  place.hidden = false
  place.querySelector('button').addEventListener('click', async () => {
    problem.hidden = true
    const asked = JSON.parse(place.dataset.phbAsked).publicKey
    const name = form.elements.namedItem('name')
    try {
      // A passkey without a name would be made for nothing.
      const answer = name && !name.value.trim() ? {} : await (place.dataset.phbPasskey === 'make' ? make : give)(asked)
      form.elements.namedItem('passkey').value = JSON.stringify(answer)
      form.submit()
    } catch {
      problem.hidden = false
      problem.focus()
    }
  })
}
