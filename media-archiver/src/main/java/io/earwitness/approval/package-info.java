/**
 * Acts that need a second person (DESIGN §7): what is asked, who may decide it, and what became of
 * it. Pure records and rules over {@code access}; knows neither a database nor the acts' own parts.
 */
@NullMarked
package io.earwitness.approval;

import org.jspecify.annotations.NullMarked;
