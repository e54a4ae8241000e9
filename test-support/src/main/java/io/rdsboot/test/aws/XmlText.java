package io.rdsboot.test.aws;

import java.io.StringWriter;

import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * XML that is written from its beginning to its end, in one default name space. Not
 * thread-safe.
 */
final class XmlText {

	private final StringWriter text = new StringWriter();

	private final XMLStreamWriter writer;

	/**
	 * Begins a document.
	 * @param root name of its outermost element
	 * @param namespace name space of all elements
	 */
	XmlText(String root, String namespace) {
		try {
			this.writer = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(this.text);
			this.writer.writeStartDocument();
			this.writer.writeStartElement(root);
			this.writer.writeDefaultNamespace(namespace);
		}
		catch (XMLStreamException ex) {
			throw failure(ex);
		}
	}

	/**
	 * Writes an element with text.
	 * @param name the element's name
	 * @param value its text
	 * @return this
	 */
	XmlText element(String name, Object value) {
		return element(name, () -> {
			try {
				this.writer.writeCharacters(value.toString());
			}
			catch (XMLStreamException ex) {
				throw failure(ex);
			}
		});
	}

	/**
	 * Writes an element with others in it.
	 * @param name the element's name
	 * @param content writes what is in it
	 * @return this
	 */
	XmlText element(String name, Runnable content) {
		try {
			this.writer.writeStartElement(name);
			content.run();
			this.writer.writeEndElement();
			return this;
		}
		catch (XMLStreamException ex) {
			throw failure(ex);
		}
	}

	/**
	 * Ends the document.
	 * @return its text
	 */
	String end() {
		try {
			this.writer.writeEndDocument();
			this.writer.close();
			return this.text.toString();
		}
		catch (XMLStreamException ex) {
			throw failure(ex);
		}
	}

	private static IllegalStateException failure(XMLStreamException ex) {
		return new IllegalStateException("Memory takes any XML", ex);
	}

}
