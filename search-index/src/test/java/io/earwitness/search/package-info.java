@NullMarked
package io.earwitness.search;

import org.jspecify.annotations.NullMarked;
