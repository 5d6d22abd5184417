package io.earwitness.recorder.sip;

import gov.nist.core.LogLevels;
import gov.nist.core.StackLogger;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stack's log, over SLF4J. Of each text only the start of its first line is logged, because the
 * stack likes to append whole messages, and these hold keys. Public only because the stack creates
 * it by name.
 */
public final class StackLog implements StackLogger {
  private static final Logger LOG = LoggerFactory.getLogger("io.earwitness.recorder.sip.stack");

  public StackLog() {}

  private static String brief(@Nullable String text) {
    if (text == null) {
      return "";
    }
    String line = text.lines().findFirst().orElse("");
    return line.length() > 160 ? line.substring(0, 160) + "…" : line;
  }

  @Override
  public void logStackTrace() {}

  @Override
  public void logStackTrace(int level) {}

  @Override
  public int getLineCount() {
    return 0;
  }

  @Override
  public void logException(Throwable e) {
    LOG.warn("{}: {}", e.getClass().getSimpleName(), brief(e.getMessage()));
  }

  @Override
  public void logDebug(String message) {}

  @Override
  public void logDebug(String message, Exception e) {}

  @Override
  public void logTrace(String message) {}

  @Override
  public void logFatalError(String message) {
    LOG.error("{}", brief(message));
  }

  @Override
  public void logError(String message) {
    LOG.warn("{}", brief(message));
  }

  @Override
  public void logError(String message, Exception e) {
    LOG.warn("{}: {}: {}", brief(message), e.getClass().getSimpleName(), brief(e.getMessage()));
  }

  @Override
  public void logWarning(String message) {
    LOG.debug("{}", brief(message));
  }

  @Override
  public void logInfo(String message) {}

  @Override
  public boolean isLoggingEnabled() {
    return true;
  }

  @Override
  public boolean isLoggingEnabled(int level) {
    return level <= LogLevels.TRACE_WARN;
  }

  @Override
  public void disableLogging() {}

  @Override
  public void enableLogging() {}

  @Override
  public void setBuildTimeStamp(String timeStamp) {}

  @Override
  public void setStackProperties(Properties properties) {}

  @Override
  public String getLoggerName() {
    return LOG.getName();
  }
}
