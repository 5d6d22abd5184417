@NullMarked
package io.earwitness.syslog;

import org.jspecify.annotations.NullMarked;
