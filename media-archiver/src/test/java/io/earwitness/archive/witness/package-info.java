@NullMarked
package io.earwitness.archive.witness;

import org.jspecify.annotations.NullMarked;
