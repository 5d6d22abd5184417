package io.earwitness.recorder.sip;

import gov.nist.javax.sip.parser.MessageParser;
import gov.nist.javax.sip.parser.MessageParserFactory;
import gov.nist.javax.sip.stack.SIPTransactionStack;

/** Gives the stack {@link GuardedParser}s. */
final class GuardedParserFactory implements MessageParserFactory {
  private final Intake intake;

  GuardedParserFactory(Intake intake) {
    this.intake = intake;
  }

  @Override
  public MessageParser createMessageParser(SIPTransactionStack stack) {
    return new GuardedParser(intake);
  }
}
