@NullMarked
package io.earwitness.outbound;

import org.jspecify.annotations.NullMarked;
