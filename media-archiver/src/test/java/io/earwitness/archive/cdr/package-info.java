@NullMarked
package io.earwitness.archive.cdr;

import org.jspecify.annotations.NullMarked;
