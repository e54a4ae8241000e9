package io.rdsboot.messaging;

import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Interceptor of a Kafka producer that adds the token of the sending session to each
 * record. A record that was received and goes on keeps the token that it has, beside the
 * new one. Made by Kafka, from the producer's configuration. Thread-safe.
 */
public final class KafkaTokenInterceptor implements ProducerInterceptor<Object, Object> {

	/**
	 * Key of the producer's configuration that holds the {@link MessageTokens}.
	 */
	public static final String TOKENS = "rds.consistency.tokens";

	private @Nullable MessageTokens tokens;

	@Override
	public void configure(Map<String, ?> configuration) {
		this.tokens = (MessageTokens) configuration.get(TOKENS);
	}

	@Override
	public ProducerRecord<Object, Object> onSend(ProducerRecord<Object, Object> record) {
		String token = (this.tokens != null) ? this.tokens.outgoing() : null;
		if (token == null) {
			return record;
		}
		// A copy, as the headers of a record that is sent once more can no longer be
		// changed.
		ProducerRecord<Object, Object> copy = new ProducerRecord<>(record.topic(), record.partition(),
				record.timestamp(), record.key(), record.value(), record.headers());
		copy.headers().add(MessageTokens.HEADER, token.getBytes(StandardCharsets.US_ASCII));
		return copy;
	}

	@Override
	public void onAcknowledgement(RecordMetadata metadata, Exception exception) {
	}

	@Override
	public void close() {
	}

}
