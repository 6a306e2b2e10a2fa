#include "ckernel.h"
#include <math.h>
#include <string.h>

static double bonds(const ck_model *m, const double *x, double *g) {
  double e = 0;
  for (int t = 0; t < m->bonds; t++) {
    const ck_bond *b = m->bond + t;
    const double *p = x + 3 * b->i, *q = x + 3 * b->j;
    double d[3] = {p[0] - q[0], p[1] - q[1], p[2] - q[2]};
    double r = sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
    double s = r - b->r0;
    e += b->k * s * s;
    double f = 2 * b->k * s / r;
    for (int c = 0; c < 3; c++) {
      g[3 * b->i + c] += f * d[c];
      g[3 * b->j + c] -= f * d[c];
    }
  }
  return e;
}

static double angles(const ck_model *m, const double *x, double *g) {
  double e = 0;
  for (int t = 0; t < m->angles; t++) {
    const ck_angle *a = m->angle + t;
    double u[3], v[3];
    for (int c = 0; c < 3; c++) {
      u[c] = x[3 * a->i + c] - x[3 * a->j + c];
      v[c] = x[3 * a->k + c] - x[3 * a->j + c];
    }
    double uu = u[0] * u[0] + u[1] * u[1] + u[2] * u[2];
    double vv = v[0] * v[0] + v[1] * v[1] + v[2] * v[2];
    double inv = 1 / sqrt(uu * vv);
    double cs = (u[0] * v[0] + u[1] * v[1] + u[2] * v[2]) * inv;
    if (cs > 1) cs = 1;
    if (cs < -1) cs = -1;
    double d = acos(cs) - a->theta0;
    e += a->kf * d * d;
    double f = -2 * a->kf * d / sqrt(1 - cs * cs + 1e-30);
    for (int c = 0; c < 3; c++) {
      double gi = f * (v[c] * inv - u[c] * cs / uu), gk = f * (u[c] * inv - v[c] * cs / vv);
      g[3 * a->i + c] += gi;
      g[3 * a->k + c] += gk;
      g[3 * a->j + c] -= gi + gk;
    }
  }
  return e;
}

static void cross(const double *a, const double *b, double *c) {
  c[0] = a[1] * b[2] - a[2] * b[1];
  c[1] = a[2] * b[0] - a[0] * b[2];
  c[2] = a[0] * b[1] - a[1] * b[0];
}

static double dot(const double *a, const double *b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

static double torsions(const ck_model *m, const double *x, double *g) {
  double e = 0;
  for (int t = 0; t < m->torsions; t++) {
    const ck_torsion *q = m->torsion + t;
    double ij[3], kj[3], kl[3], mm[3], nn[3];
    for (int c = 0; c < 3; c++) {
      ij[c] = x[3 * q->i + c] - x[3 * q->j + c];
      kj[c] = x[3 * q->k + c] - x[3 * q->j + c];
      kl[c] = x[3 * q->k + c] - x[3 * q->l + c];
    }
    cross(ij, kj, mm);
    cross(kj, kl, nn);
    double len = sqrt(dot(kj, kj));
    double phi = atan2(len * dot(ij, nn), dot(mm, nn));
    double arg = q->n * phi - q->gamma;
    e += q->kf * (1 + cos(arg));
    double slope = -q->kf * q->n * sin(arg);
    double fi = slope * len / dot(mm, mm), fl = -slope * len / dot(nn, nn);
    double p = dot(ij, kj) / (len * len), r = dot(kl, kj) / (len * len);
    for (int c = 0; c < 3; c++) {
      double gi = fi * mm[c], gl = fl * nn[c], s = p * gi - r * gl;
      g[3 * q->i + c] += gi;
      g[3 * q->j + c] -= gi - s;
      g[3 * q->k + c] -= gl + s;
      g[3 * q->l + c] += gl;
    }
  }
  return e;
}

static double pairs(const ck_model *m, const double *x, double *g) {
  double e = 0;
  for (int t = 0; t < m->pairs; t++) {
    const ck_pair *p = m->pair + t;
    double d[3];
    for (int c = 0; c < 3; c++) d[c] = x[3 * p->i + c] - x[3 * p->j + c];
    double i2 = 1 / dot(d, d), i6 = i2 * i2 * i2;
    double a = p->a * i6 * i6, b = p->b * i6, q = p->qq * sqrt(i2);
    e += a - b + q;
    double f = -(12 * a - 6 * b + q) * i2;
    for (int c = 0; c < 3; c++) {
      g[3 * p->i + c] += f * d[c];
      g[3 * p->j + c] -= f * d[c];
    }
  }
  return e;
}

double ck_evaluate(const ck_model *m, const double *x, double *g) {
  memset(g, 0, sizeof(double) * 3 * (size_t)m->atoms);
  return bonds(m, x, g) + angles(m, x, g) + torsions(m, x, g) + pairs(m, x, g);
}
