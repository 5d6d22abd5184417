@NullMarked
package io.earwitness.notify;

import org.jspecify.annotations.NullMarked;
