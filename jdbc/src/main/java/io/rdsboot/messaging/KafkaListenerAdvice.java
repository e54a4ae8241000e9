package io.rdsboot.messaging;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.rdsboot.routing.consistency.ConsistencySession;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Advice of a Kafka listener that makes each call a unit of work, which includes what the
 * tokens of the record, or of all records of the batch, stand for. Thread-safe.
 */
public final class KafkaListenerAdvice implements MethodInterceptor {

	private final MessageTokens tokens;

	/**
	 * Create an advice.
	 * @param tokens reads the tokens
	 */
	public KafkaListenerAdvice(MessageTokens tokens) {
		this.tokens = tokens;
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		if (!invocation.getMethod().getName().equals("onMessage")) {
			return invocation.proceed();
		}
		ConsistencySession.Binding binding = this.tokens.begin(received(invocation.getArguments()[0]));
		try {
			return invocation.proceed();
		}
		finally {
			binding.close();
		}
	}

	private static List<String> received(@Nullable Object data) {
		List<String> tokens = new ArrayList<>();
		if (data instanceof ConsumerRecord<?, ?> record) {
			addTokens(record, tokens);
		}
		else if (data instanceof Iterable<?> batch) {
			for (Object each : batch) {
				if (each instanceof ConsumerRecord<?, ?> record) {
					addTokens(record, tokens);
				}
			}
		}
		return tokens;
	}

	private static void addTokens(ConsumerRecord<?, ?> record, List<String> tokens) {
		for (Header header : record.headers().headers(MessageTokens.HEADER)) {
			if (header.value() != null) {
				tokens.add(new String(header.value(), StandardCharsets.US_ASCII));
			}
		}
	}

}
