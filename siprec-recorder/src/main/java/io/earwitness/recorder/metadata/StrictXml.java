package io.earwitness.recorder.metadata;

import java.io.ByteArrayInputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import javax.xml.XMLConstants;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Well-formed XML (with namespaces) into elements. A document type declaration is an error, so that
 * no entity, internal or external, is ever expanded. Thread-safe.
 */
final class StrictXml {
  /** Not well-formed, or beyond {@link XmlLimits}. The message says where and what. */
  static final class NotWellFormedException extends Exception {
    private static final long serialVersionUID = 1L;

    NotWellFormedException(String message) {
      super(message);
    }
  }

  // newDefaultFactory: the JDK's own parser, whatever else is on the class path
  private static final XMLInputFactory FACTORY = XMLInputFactory.newDefaultFactory();

  static {
    FACTORY.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    FACTORY.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    FACTORY.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    FACTORY.setProperty(XMLInputFactory.IS_COALESCING, false);
    FACTORY.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
  }

  private StrictXml() {}

  static XmlElement parse(byte[] document) throws NotWellFormedException {
    XMLStreamReader reader = null;
    try {
      reader = FACTORY.createXMLStreamReader(new ByteArrayInputStream(document));
      return read(reader);
    } catch (XMLStreamException e) {
      throw new NotWellFormedException(describe(e));
    } catch (RuntimeException e) {
      // The JDK's parser has thrown such on odd input; for us it is just one more malformed text
      throw new NotWellFormedException("no well-formed XML (" + e.getClass().getSimpleName() + ")");
    } finally {
      close(reader);
    }
  }

  private static XmlElement read(XMLStreamReader reader)
      throws XMLStreamException, NotWellFormedException {
    Deque<XmlElement> open = new ArrayDeque<>();
    XmlElement root = null;
    int elements = 0;
    while (reader.hasNext()) {
      switch (reader.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          XmlElement element = new XmlElement(reader.getLocalName());
          element.namespace = reader.getNamespaceURI();
          element.line = reader.getLocation().getLineNumber();
          for (int i = 0; i < reader.getAttributeCount(); i++) {
            element.attributes.put(reader.getAttributeLocalName(i), reader.getAttributeValue(i));
          }
          XmlElement parent = open.peek();
          if (parent == null) {
            root = element;
          } else {
            parent.children.add(element);
          }
          open.push(element);
          if (open.size() > XmlLimits.DEPTH || ++elements > XmlLimits.ELEMENTS) {
            throw at(
                reader,
                "more than %d levels or %d elements"
                    .formatted(XmlLimits.DEPTH, XmlLimits.ELEMENTS));
          }
        }
        case XMLStreamConstants.END_ELEMENT -> open.pop();
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE -> {
          XmlElement current = open.peek();
          if (current != null) {
            current.addText(reader.getText());
          }
        }
        case XMLStreamConstants.DTD -> throw at(reader, "a document type declaration");
        case XMLStreamConstants.ENTITY_REFERENCE ->
            throw at(reader, "the undeclared entity '" + reader.getLocalName() + "'");
        default -> {}
      }
    }
    if (root == null) {
      throw new NotWellFormedException("no XML element");
    }
    return root;
  }

  private static NotWellFormedException at(XMLStreamReader reader, String what) {
    return new NotWellFormedException(
        "line %d, column %d: %s"
            .formatted(
                reader.getLocation().getLineNumber(),
                reader.getLocation().getColumnNumber(),
                what));
  }

  private static String describe(XMLStreamException e) {
    String message = String.valueOf(e.getMessage());
    int text = message.indexOf("Message: ");
    String what = (text < 0 ? message : message.substring(text + 9)).replace('\n', ' ');
    return e.getLocation() == null
        ? what
        : "line %d, column %d: %s"
            .formatted(e.getLocation().getLineNumber(), e.getLocation().getColumnNumber(), what);
  }

  private static void close(@Nullable XMLStreamReader reader) {
    if (reader != null) {
      try {
        reader.close();
      } catch (XMLStreamException ignored) {
        // Nothing is held open by a reader over an array
      }
    }
  }
}
