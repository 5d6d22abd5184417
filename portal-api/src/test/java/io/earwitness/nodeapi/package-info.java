@NullMarked
package io.earwitness.nodeapi;

import org.jspecify.annotations.NullMarked;
