@NullMarked
package io.earwitness.archive.forward;

import org.jspecify.annotations.NullMarked;
