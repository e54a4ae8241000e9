package io.rdsboot.web;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * Tells the clients of a service from each other, so that the writes of one that keeps
 * neither cookies nor the {@linkplain ConsistencyTokenFilter#HEADER header} are
 * remembered. Implementations are thread-safe.
 *
 * <p>
 * Called once a request, after Spring Security. The name need not be a secret: whoever
 * uses another's only reads what is fresher than he needs.
 */
@FunctionalInterface
public interface ConsistencyClientResolver {

	/**
	 * Return what tells the client from others, such as the name of its user, or
	 * {@code null} if it is not known.
	 */
	@Nullable String resolve(HttpServletRequest request);

	/**
	 * Return a resolver that knows a client by the name of its authenticated principal.
	 */
	static ConsistencyClientResolver principal() {
		return HttpServletRequest::getRemoteUser;
	}

}
