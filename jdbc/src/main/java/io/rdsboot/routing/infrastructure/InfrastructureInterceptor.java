package io.rdsboot.routing.infrastructure;

import java.util.Optional;

import io.rdsboot.routing.consistency.InfrastructureScope;
import io.rdsboot.routing.consistency.ReadContext;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.ProxyFactory;

/**
 * Runs a method as {@linkplain io.rdsboot.routing.Reads#asInfrastructure infrastructure}.
 * What it returns is infrastructure as well if it is of such a type, such as a lock that
 * is released later. Thread-safe.
 */
final class InfrastructureInterceptor implements MethodInterceptor {

	private final InfrastructureTypes types;

	InfrastructureInterceptor(InfrastructureTypes types) {
		this.types = types;
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		ReadContext context = ReadContext.current();
		InfrastructureScope outer = context.scope(InfrastructureScope.WORK);
		try {
			Object result = invocation.proceed();
			return (result instanceof Optional<?> optional) ? optional.map(this::advised) : advised(result);
		}
		finally {
			context.scope(outer);
		}
	}

	private @Nullable Object advised(@Nullable Object result) {
		if (result == null || !this.types.includes(result.getClass())) {
			return result;
		}
		ProxyFactory factory = new ProxyFactory(result);
		factory.addAdvice(this);
		return factory.getProxy(result.getClass().getClassLoader());
	}

}
