package io.rdsboot.routing;

import java.lang.reflect.Method;

import org.aopalliance.aop.Advice;

import org.springframework.aop.Pointcut;
import org.springframework.aop.PointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.context.EmbeddedValueResolverAware;
import org.springframework.core.Ordered;
import org.springframework.util.StringValueResolver;

/**
 * Applies {@link ReadConsistency} to the beans that carry it. Around transactions,
 * because beginning one may borrow a connection. Thread-safe.
 */
public final class ReadConsistencyAdvisor implements PointcutAdvisor, Ordered, EmbeddedValueResolverAware {

	private final ReadConsistencySource source = new ReadConsistencySource();

	private final ReadConsistencyInterceptor interceptor = new ReadConsistencyInterceptor(this.source);

	private final Pointcut pointcut = new StaticMethodMatcherPointcut() {

		@Override
		public boolean matches(Method method, Class<?> targetClass) {
			return ReadConsistencyAdvisor.this.source.find(method, targetClass) != null;
		}

	};

	@Override
	public void setEmbeddedValueResolver(StringValueResolver resolver) {
		this.source.resolver(resolver);
	}

	@Override
	public Pointcut getPointcut() {
		return this.pointcut;
	}

	@Override
	public Advice getAdvice() {
		return this.interceptor;
	}

	/**
	 * Return a place before the transaction interceptor, whose default is the last.
	 */
	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE - 100;
	}

}
