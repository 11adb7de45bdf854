# minimax by Remez in mpmath: P(x) minimises max |weight(x)*(P(x) - f(x))|
import mpmath as mp
mp.mp.dps=50
def remez(f, w, a, b, deg, iters=30):
    n=deg+2
    xs=[(a+b)/2+(b-a)/2*mp.cos(mp.pi*(2*i+1)/(2*n)) for i in range(n)][::-1]
    for _ in range(iters):
        A=mp.matrix(n,n); r=mp.matrix(n,1)
        for i,x in enumerate(xs):
            for j in range(deg+1): A[i,j]=x**j
            A[i,deg+1]=(-1)**i/w(x); r[i]=f(x)
        c=mp.lu_solve(A,r)
        err=lambda x: w(x)*(sum(c[j]*x**j for j in range(deg+1))-f(x))
        # extrema on grid
        G=[a+(b-a)*mp.mpf(i)/1000 for i in range(1001)]
        E=[err(x) for x in G]
        ext=[]
        for i in range(1001):
            if (i==0 or abs(E[i])>=abs(E[i-1])) and (i==1000 or abs(E[i])>=abs(E[i+1])):
                if ext and (E[i]>0)==(ext[-1][1]>0):
                    if abs(E[i])>abs(ext[-1][1]): ext[-1]=(G[i],E[i])
                else: ext.append((G[i],E[i]))
        if len(ext)<n: break
        while len(ext)>n: 
            if abs(ext[0][1])<abs(ext[-1][1]): ext.pop(0)
            else: ext.pop()
        xs=[e[0] for e in ext]
    return [c[j] for j in range(deg+1)], max(abs(e) for e in E)
h=mp.log(2)/2*mp.mpf('1.0005')
def fexp(x):
    if abs(x)<mp.mpf('1e-12'): return mp.mpf(1)/2+x/6
    return (mp.e**x-1-x)/x**2
for d in (4,7,8):
    c,e=remez(fexp, lambda x: (x*x+mp.mpf('1e-18'))/mp.e**x, -h, h, d)
    print('exp degree',d+2,'rel err 2^%.1f'%mp.log(e,2)); print([mp.nstr(v,20) for v in c])
# log1p(e) = 2s(1 + w Q(w)), s=e/(2+e), w=s^2 in [0,1/9]
def fq(w):
    if w<mp.mpf('1e-12'): return mp.mpf(1)/3+w/5
    s=mp.sqrt(w); return (mp.atanh(s)/s-1)/w
for d in (3,5):
    c,e=remez(fq, lambda w: w+mp.mpf('1e-18'), mp.mpf(0), mp.mpf(1)/9, d)
    print('log1p Q degree',d,'rel err 2^%.1f'%mp.log(e,2)); print([mp.nstr(v,20) for v in c])
# log of a mantissa between sqrt(1/2) and sqrt(2): w in [0,0.0295]
c,e=remez(fq, lambda w: w+mp.mpf('1e-18'), mp.mpf(0), mp.mpf('0.0295'), 4)
print('log W degree 4 rel err 2^%.1f'%mp.log(e,2)); print([mp.nstr(v,20) for v in c])
