package io.rdsboot.routing;

import io.rdsboot.routing.consistency.ReadContext;
import io.rdsboot.routing.consistency.ReadDemand;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * Makes the reads of a method as consistent as its {@link ReadConsistency} says.
 * Thread-safe.
 */
final class ReadConsistencyInterceptor implements MethodInterceptor {

	private final ReadConsistencySource source;

	ReadConsistencyInterceptor(ReadConsistencySource source) {
		this.source = source;
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		Object target = invocation.getThis();
		ReadDemand demand = this.source.demand(invocation.getMethod(), (target != null) ? target.getClass() : null);
		if (demand == null) {
			return invocation.proceed();
		}
		ReadContext context = ReadContext.current();
		ReadDemand outer = context.enter(demand);
		try {
			return invocation.proceed();
		}
		finally {
			context.leave(outer);
		}
	}

}
