package io.rdsboot.messaging;

import java.util.List;

import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessagePostProcessor;
import org.springframework.amqp.core.MessageProperties;

/**
 * Post-processor of a {@code RabbitTemplate} that adds the token of the sending session
 * to each message before it is published. A message that was received and goes on keeps
 * the tokens that it has, beside the new one. Thread-safe.
 */
public final class RabbitTokenPostProcessor implements MessagePostProcessor {

	private final MessageTokens tokens;

	/**
	 * Create a post-processor.
	 * @param tokens makes the tokens
	 */
	public RabbitTokenPostProcessor(MessageTokens tokens) {
		this.tokens = tokens;
	}

	@Override
	public Message postProcessMessage(Message message) {
		String token = this.tokens.outgoing();
		if (token != null) {
			MessageProperties properties = message.getMessageProperties();
			List<Object> tokens = RabbitListenerAdvice.headerValues(message);
			tokens.add(token);
			properties.setHeader(MessageTokens.HEADER, (tokens.size() > 1) ? tokens : token);
		}
		return message;
	}

}
