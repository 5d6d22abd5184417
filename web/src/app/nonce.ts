const content = document.querySelector<HTMLMetaElement>('meta[name=csp-nonce]')?.content

/** The nonce of this page's content security policy; undefined under the development server. */
export const nonce = content && !content.startsWith('__') ? content : undefined
