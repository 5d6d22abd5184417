@NullMarked
package io.earwitness.archive;

import org.jspecify.annotations.NullMarked;
