package io.rdsboot.messaging;

import java.util.List;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import org.jspecify.annotations.Nullable;

import org.springframework.jms.support.JmsUtils;

/**
 * Property of a JMS message that holds a token.
 */
final class JmsTokenProperties {

	/**
	 * The header's name, as JMS lets a property be called.
	 */
	static final String NAME = MessageTokens.HEADER.replace('-', '_');

	private JmsTokenProperties() {
	}

	static void write(Message message, @Nullable String token) throws JMSException {
		if (token != null) {
			message.setStringProperty(NAME, token);
		}
	}

	static List<String> read(Message message) {
		try {
			String token = message.getStringProperty(NAME);
			return (token != null) ? List.of(token) : List.of();
		}
		catch (JMSException ex) {
			throw JmsUtils.convertJmsAccessException(ex);
		}
	}

}
