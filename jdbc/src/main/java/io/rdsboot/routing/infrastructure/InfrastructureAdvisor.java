package io.rdsboot.routing.infrastructure;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Collection;

import org.aopalliance.aop.Advice;
import org.apiguardian.api.API;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.aop.Pointcut;
import org.springframework.aop.PointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.core.Ordered;

/**
 * Recognises beans of {@linkplain io.rdsboot.routing.Reads#asInfrastructure
 * infrastructure} by their types, and runs their methods as such. Around transactions,
 * because those that begin in it are infrastructure's. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class InfrastructureAdvisor implements PointcutAdvisor, Ordered {

	private static final Logger logger = LoggerFactory.getLogger(InfrastructureAdvisor.class);

	private final InfrastructureTypes types;

	private final InfrastructureInterceptor interceptor;

	private final Pointcut pointcut = new InfrastructurePointcut();

	/**
	 * Create an advisor.
	 * @param names what is infrastructure beside the libraries that are known: names of
	 * classes and interfaces, whose subtypes count too, and of packages
	 */
	public InfrastructureAdvisor(Collection<String> names) {
		this.types = new InfrastructureTypes(names);
		this.interceptor = new InfrastructureInterceptor(this.types);
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
		return Ordered.LOWEST_PRECEDENCE - 200;
	}

	private boolean matches(Class<?> type) {
		if (!this.types.includes(type) && !this.types.includesMethodsOf(type)) {
			return false;
		}
		if (Modifier.isFinal(type.getModifiers()) && !Proxy.isProxyClass(type)) {
			logger.warn("{} cannot be treated as infrastructure, because the class is final: call it within "
					+ "Reads.asInfrastructure, or give it an InfrastructureDataSource", type.getName());
			return false;
		}
		return true;
	}

	private final class InfrastructurePointcut extends StaticMethodMatcherPointcut {

		InfrastructurePointcut() {
			setClassFilter(InfrastructureAdvisor.this::matches);
		}

		@Override
		public boolean matches(Method method, Class<?> targetClass) {
			return InfrastructureAdvisor.this.types.includes(method, targetClass);
		}

	}

}
