package io.rdsboot.messaging;

import io.rdsboot.routing.consistency.ConsistencySession;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.jms.Session;

import org.springframework.jms.listener.AbstractMessageListenerContainer;
import org.springframework.jms.listener.SessionAwareMessageListener;

/**
 * Makes each call of a JMS listener a unit of work, which includes what the message's
 * token stands for. Thread-safe.
 */
public final class JmsListenerUnitOfWork {

	private final MessageTokens tokens;

	/**
	 * Create from what reads the tokens.
	 * @param tokens reads the tokens
	 */
	public JmsListenerUnitOfWork(MessageTokens tokens) {
		this.tokens = tokens;
	}

	/**
	 * Wrap the listener of a container that has not been started.
	 */
	public void applyTo(AbstractMessageListenerContainer container) {
		Object listener = container.getMessageListener();
		if (listener instanceof SessionAwareMessageListener<?> sessionAware) {
			container.setMessageListener(wrap(sessionAware));
		}
		else if (listener instanceof MessageListener plain) {
			container.setMessageListener((MessageListener) (message) -> onMessage(plain, message));
		}
	}

	private <M extends Message> SessionAwareMessageListener<M> wrap(SessionAwareMessageListener<M> listener) {
		return (message, session) -> onMessage(listener, message, session);
	}

	private <M extends Message> void onMessage(SessionAwareMessageListener<M> listener, M message, Session session)
			throws JMSException {
		ConsistencySession.Binding binding = this.tokens.begin(JmsTokenProperties.read(message));
		try {
			listener.onMessage(message, session);
		}
		finally {
			binding.close();
		}
	}

	private void onMessage(MessageListener listener, Message message) {
		ConsistencySession.Binding binding = this.tokens.begin(JmsTokenProperties.read(message));
		try {
			listener.onMessage(message);
		}
		finally {
			binding.close();
		}
	}

}
