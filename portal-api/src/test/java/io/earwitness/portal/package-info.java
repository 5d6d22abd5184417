/** The API over real HTTP, its collaborators in memory. */
@NullMarked
package io.earwitness.portal;

import org.jspecify.annotations.NullMarked;
