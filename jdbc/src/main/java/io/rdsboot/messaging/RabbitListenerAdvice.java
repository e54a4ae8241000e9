package io.rdsboot.messaging;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import io.rdsboot.routing.consistency.ConsistencySession;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.amqp.core.Message;

/**
 * Advice of a RabbitMQ listener that makes each call a unit of work, which includes what
 * the tokens of the message, or of all messages of the batch, stand for. Thread-safe.
 */
public final class RabbitListenerAdvice implements MethodInterceptor {

	private final MessageTokens tokens;

	/**
	 * Create an advice.
	 * @param tokens reads the tokens
	 */
	public RabbitListenerAdvice(MessageTokens tokens) {
		this.tokens = tokens;
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		List<String> received = new ArrayList<>();
		for (Object argument : invocation.getArguments()) {
			addTokens(argument, received);
		}
		ConsistencySession.Binding binding = this.tokens.begin(received);
		try {
			return invocation.proceed();
		}
		finally {
			binding.close();
		}
	}

	private static void addTokens(@Nullable Object argument, List<String> tokens) {
		if (argument instanceof Message message) {
			headerValues(message).forEach((value) -> tokens.add(value.toString()));
		}
		else if (argument instanceof Collection<?> batch) {
			batch.forEach((each) -> addTokens(each, tokens));
		}
	}

	/**
	 * Return the values of the token's header, in a list that may be added to.
	 */
	static List<Object> headerValues(Message message) {
		Object value = message.getMessageProperties().getHeader(MessageTokens.HEADER);
		if (value instanceof Collection<?> values) {
			return new ArrayList<>(values);
		}
		return (value != null) ? new ArrayList<>(List.of(value)) : new ArrayList<>();
	}

}
