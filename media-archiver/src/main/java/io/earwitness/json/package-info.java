/** The one JSON mapper: names, instants and enums are written alike in every format. */
@NullMarked
package io.earwitness.json;

import org.jspecify.annotations.NullMarked;
