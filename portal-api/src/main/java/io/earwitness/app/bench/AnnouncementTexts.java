package io.earwitness.app.bench;

import io.earwitness.archive.media.TextToSpeech.Voice;
import java.util.List;

/**
 * What is spoken in the announcement bench: prompts, wordings that nearly are one, and ordinary
 * sentences.
 */
final class AnnouncementTexts {
  private AnnouncementTexts() {}

  /**
   * What one voice says.
   *
   * @param prompts two prompts, each with wordings near to it
   * @param others variants of the voice and language that speak in conversations
   */
  record Speaker(Voice voice, List<Prompt> prompts, List<String> sentences, List<String> others) {}

  record Prompt(String text, List<String> nearMisses) {}

  static final List<Speaker> SPEAKERS =
      List.of(
          new Speaker(
              new Voice("en-us", 160, 50),
              List.of(
                  new Prompt(
                      "For regulatory reasons this call is being recorded.",
                      List.of(
                          "For regulatory reasons this call is not being recorded.",
                          "For training reasons this call is being recorded.",
                          "For regulatory reasons this call was being monitored.")),
                  new Prompt(
                      "Welcome to the trading desk. All conversations on this line are recorded and"
                          + " kept for seven years.",
                      List.of(
                          "Welcome to the trading desk. All messages on this line are recorded and"
                              + " kept for seven days.",
                          "Welcome to the trading desk. No conversations on this line are"
                              + " recorded."))),
              List.of(
                  "I would like to move some money into the other account.",
                  "Could you tell me the price at which the order was filled?",
                  "Let me look that up for you, one moment please.",
                  "The statement should reach you by the end of next week.",
                  "All calls this morning were about the same thing.",
                  "Yes, that is correct, the number ends in four seven."),
              List.of("en-us+m2", "en-us+f2", "en-gb+m4", "en-gb-scotland+f1")),
          new Speaker(
              new Voice("en-gb+f3", 155, 55),
              List.of(
                  new Prompt(
                      "Please note that we record this conversation. If you do not agree, please"
                          + " hang up now.",
                      List.of(
                          "Please note that we record this conversation. If you do agree, please"
                              + " stay on the line.",
                          "Please note that we transcribe this conversation. If you do not agree,"
                              + " please hang up now.")),
                  new Prompt(
                      "Your call will be connected shortly and will be recorded for compliance.",
                      List.of(
                          "Your call will be connected shortly and may be recorded for quality.",
                          "Your call will be answered shortly and will be recorded for"
                              + " compliance."))),
              List.of(
                  "Good afternoon, my name is Helen, how may I help you today?",
                  "I am afraid the branch is closed on Saturdays.",
                  "Please note down the reference, you will need it later.",
                  "We could call you back between two and four o'clock.",
                  "Your letter arrived here on the twelfth of March.",
                  "Shall I read the terms to you before we go on?"),
              List.of("en-gb+f2", "en-gb+m1", "en-us+f4", "en-gb+m7")),
          new Speaker(
              new Voice("de", 160, 45),
              List.of(
                  new Prompt(
                      "Dieses Gespräch wird aus gesetzlichen Gründen aufgezeichnet.",
                      List.of(
                          "Dieses Gespräch wird aus gesetzlichen Gründen nicht aufgezeichnet.",
                          "Dieses Gespräch wird zu Schulungszwecken aufgezeichnet.")),
                  new Prompt(
                      "Wenn Sie mit der Aufzeichnung nicht einverstanden sind, legen Sie bitte"
                          + " jetzt auf.",
                      List.of(
                          "Wenn Sie mit der Aufzeichnung einverstanden sind, drücken Sie bitte"
                              + " jetzt die Eins.",
                          "Wenn Sie mit dem Angebot nicht einverstanden sind, rufen Sie bitte"
                              + " wieder an."))),
              List.of(
                  "Guten Tag, ich hätte gern eine Auskunft zu meinem Konto.",
                  "Einen Augenblick bitte, ich verbinde Sie weiter.",
                  "Der Auftrag ist gestern Nachmittag ausgeführt worden.",
                  "Können Sie mir den Betrag noch einmal nennen?",
                  "Wir melden uns spätestens am Donnerstag bei Ihnen."),
              List.of("de+m2", "de+f1", "de+m5", "de+f4")),
          new Speaker(
              new Voice("fr+f4", 165, 50),
              List.of(
                  new Prompt(
                      "Cette conversation est enregistrée conformément à la réglementation.",
                      List.of(
                          "Cette conversation est écoutée conformément à la réglementation.",
                          "Cette conversation est enregistrée pour la formation.")),
                  new Prompt(
                      "Votre appel est enregistré et sera conservé pendant cinq ans.",
                      List.of(
                          "Votre appel est enregistré et sera effacé après cinq jours.",
                          "Votre appel est important et sera traité dans cinq minutes."))),
              List.of(
                  "Bonjour, je voudrais parler à monsieur Lambert.",
                  "Je vous rappelle demain dans la matinée.",
                  "Le virement a été effectué vendredi dernier.",
                  "Pouvez-vous épeler votre nom, s'il vous plaît ?",
                  "Votre conseiller est en ligne pour le moment."),
              List.of("fr-fr+m3", "fr-be+f2", "fr-fr+m6", "fr-fr+f1")),
          new Speaker(
              new Voice("es+m3", 160, 50),
              List.of(
                  new Prompt(
                      "Por obligación legal, esta llamada queda grabada.",
                      List.of(
                          "Por obligación legal, esta llamada no queda grabada.",
                          "Por motivos de calidad, esta llamada queda grabada.")),
                  new Prompt(
                      "Le informamos de que la conversación se graba y se conserva cinco años.",
                      List.of(
                          "Le informamos de que la conversación se graba y se borra en cinco días.",
                          "Le informamos de que la oficina se abre a las cinco."))),
              List.of(
                  "Buenos días, quisiera saber el saldo de mi cuenta.",
                  "Espere un momento, le paso con mi compañera.",
                  "La orden se ejecutó ayer por la tarde.",
                  "¿Me puede repetir el número, por favor?",
                  "Le enviaremos el contrato por correo."),
              List.of("es+f2", "es-419+m1", "es+m6", "es-419+f4")),
          new Speaker(
              new Voice("it", 160, 50),
              List.of(
                  new Prompt(
                      "Questa telefonata viene registrata per obblighi di legge.",
                      List.of(
                          "Questa telefonata non viene registrata per obblighi di legge.",
                          "Questa telefonata viene ascoltata per scopi di formazione.")),
                  new Prompt(
                      "La registrazione sarà conservata per cinque anni a norma di regolamento.",
                      List.of(
                          "La registrazione sarà cancellata dopo cinque giorni a norma di"
                              + " regolamento.",
                          "La prenotazione sarà conservata per cinque giorni."))),
              List.of(
                  "Buongiorno, vorrei parlare con l'ufficio titoli.",
                  "Resti in linea, cerco subito la pratica.",
                  "Il bonifico è partito lunedì mattina.",
                  "Mi può ripetere il numero del conto?",
                  "La richiamo appena ho una risposta."),
              List.of("it+f2", "it+m1", "it+m5", "it+f3")));
}
