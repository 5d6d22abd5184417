/**
 * The product's pages for operators (Markdown, in the jar) as HTML. Knows nothing of requests and
 * of who asks.
 */
@NullMarked
package io.earwitness.portal.docs;

import org.jspecify.annotations.NullMarked;
