@NullMarked
package io.earwitness.archive.alarm;

import org.jspecify.annotations.NullMarked;
