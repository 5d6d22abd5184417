@NullMarked
package io.earwitness.archive.rescue;

import org.jspecify.annotations.NullMarked;
