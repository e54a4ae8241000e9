package io.rdsboot.messaging;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;
import org.jspecify.annotations.Nullable;

import org.springframework.jms.support.converter.MessageConverter;
import org.springframework.jms.support.converter.SmartMessageConverter;

/**
 * Message converter of a {@code JmsTemplate} that adds the token of the sending session
 * to each message that another converter makes. As thread-safe as that one.
 */
public final class JmsTokenMessageConverter implements SmartMessageConverter {

	private final MessageConverter delegate;

	private final MessageTokens tokens;

	/**
	 * Create a converter.
	 * @param delegate makes the messages
	 * @param tokens makes the tokens
	 */
	public JmsTokenMessageConverter(MessageConverter delegate, MessageTokens tokens) {
		this.delegate = delegate;
		this.tokens = tokens;
	}

	@Override
	public Message toMessage(Object object, Session session) throws JMSException {
		return withToken(this.delegate.toMessage(object, session));
	}

	@Override
	public Message toMessage(Object object, Session session, @Nullable Object conversionHint) throws JMSException {
		return withToken((this.delegate instanceof SmartMessageConverter smart)
				? smart.toMessage(object, session, conversionHint) : this.delegate.toMessage(object, session));
	}

	private Message withToken(Message message) throws JMSException {
		JmsTokenProperties.write(message, this.tokens.outgoing());
		return message;
	}

	@Override
	public Object fromMessage(Message message) throws JMSException {
		return this.delegate.fromMessage(message);
	}

}
