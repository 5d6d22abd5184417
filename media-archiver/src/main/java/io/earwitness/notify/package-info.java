/**
 * Tells alarms: by e-mail, webhook, Teams and syslog. Knows nothing of registers and databases, and
 * tries once; whoever uses it tries again.
 */
@NullMarked
package io.earwitness.notify;

import org.jspecify.annotations.NullMarked;
